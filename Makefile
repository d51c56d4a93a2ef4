# Tout ce qui se fait sur le projet. « make » seul affiche cette aide.

PYTHON ?= python3
UV ?= uv
PROCESSES ?= auto
IN_VENV := .venv/bin/python
export PYTHONPATH := site

# La vérification du code lit les réglages sans parler à aucune base.
NO_DATABASE := DATABASE_URL="postgresql:///aucune?host=/nulle-part" DJANGO_SETTINGS_MODULE=config.settings.test
LOCK := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run stop test lint style types imports schema format bench audit lock clean runtime development

help: ## affiche cette aide
	@printf 'Solive — cibles de make :\n\n'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1#\2/p' Makefile | while IFS='#' read -r target text; do printf '%-14s %s\n' "$$target" "$$text"; done
	@printf '\nVariables : PORT=8080 make run ; make test ARGS="-k mot" ; DATABASE_URL=postgresql://…\n'

run: runtime ## installe, prépare et démarre le site ; affiche son adresse et les comptes de démonstration
	@exec $(IN_VENV) -m config.run

stop: ## arrête le site et la base embarquée de ce dossier
	@if [ -x $(IN_VENV) ]; then $(IN_VENV) -m config.run stop && $(IN_VENV) -m config.postgres stop; fi

test: development ## lance tous les tests, sur tous les processeurs (ARGS="-k mot" pour en choisir, PROCESSES=0 pour un seul)
	@exec $(IN_VENV) -m config.postgres run $(IN_VENV) -m pytest -n $(PROCESSES) --maxprocesses 8 --dist worksteal $(ARGS)

lint: style types imports schema ## vérifie style, types, sens des imports et migrations (« make -k lint » pour tout voir)

style: development
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .

types: development
	$(NO_DATABASE) $(IN_VENV) -m mypy

imports: development
	$(IN_VENV) .venv/bin/lint-imports --no-logo

schema: development
	$(NO_DATABASE) $(IN_VENV) manage.py check
	$(NO_DATABASE) $(IN_VENV) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

format: development ## met le code en forme
	$(IN_VENV) -m ruff format .
	$(IN_VENV) -m ruff check --fix .

bench: development ## mesure les temps de réponse (tests/benchmarks)
	@exec $(IN_VENV) -m config.postgres run $(IN_VENV) -m pytest -m benchmark -o timeout=0 -s tests/benchmarks $(ARGS)

audit: development ## cherche longuement les fuites et les pannes (tests/audit)
	@exec $(IN_VENV) -m config.postgres run $(IN_VENV) -m pytest -m audit -o timeout=0 -s tests/audit $(ARGS)

lock: ## recalcule requirements.txt et requirements-dev.txt d'après pyproject.toml (demande uv)
	@command -v $(UV) >/dev/null || { echo "uv est nécessaire : « python3 -m pip install uv »."; exit 1; }
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

clean: stop ## supprime l'environnement, les caches et les fichiers calculés ; garde la base et les médias (var/)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis var/static var/static.stamp
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@$(PYTHON) site/config/environment.py requirements.txt

development:
	@$(PYTHON) site/config/environment.py requirements-dev.txt
