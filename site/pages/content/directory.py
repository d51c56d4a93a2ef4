"""The directory page; its entries come from the organisations themselves."""

from pages.content.spec import PageSpec

DIRECTORY = PageSpec(
    model="DirectoryPage",
    slug="annuaire",
    title="L'annuaire",
    in_menu=True,
    fields={
        "seo_title": "L'annuaire des partenaires",
        "summary": "Qui fait quoi, où, pour qui, et comment les joindre. Le GIE tient les fiches avec chaque organisme.",
        "no_entry": (
            "Les premières fiches arrivent : chaque partenaire prépare la sienne, puis le GIE la relit avant de la publier. "
            "En attendant, la page « Le dispositif » présente les partenaires de Solive."
        ),
    },
)
