/* The rich text fields of the page editor come without a name for screen readers: give each the text of its label. */
(() => {
    const labelOf = (field) => {
        const panel = field.closest(".w-panel");
        return (
            field.closest(".w-field__wrapper")?.querySelector(".w-field__label") ??
            panel?.querySelector(".c-sf-block__type") ??
            panel?.querySelector("[data-panel-heading-text]")
        );
    };

    const nameFields = () => {
        for (const field of document.querySelectorAll(".public-DraftEditor-content:not([aria-label])")) {
            const label = labelOf(field);
            if (label) field.setAttribute("aria-label", label.textContent.replace("*", "").trim());
        }
    };

    new MutationObserver(nameFields).observe(document, { childList: true, subtree: true });
})();
