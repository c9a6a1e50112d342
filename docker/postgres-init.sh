#!/usr/bin/env bash
# Runs once, when the database's volume is empty: Odoo's role (no superuser, so that
# it cannot switch off the triggers that seal history) and the extensions it needs.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d template1 \
    -v password="$(cat "$ODOO_PASSWORD_FILE")" <<'EOF'
CREATE ROLE odoo LOGIN CREATEDB NOSUPERUSER PASSWORD :'password';
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
ALTER FUNCTION unaccent(text) IMMUTABLE;
EOF
