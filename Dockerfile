FROM python:3.11-slim AS build
WORKDIR /srv
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
# pg_dump and pg_restore, for service_backup and service_restore; as new as the server or newer
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
WORKDIR /srv
COPY --from=build /venv /venv
COPY . .
ENV PATH=/venv/bin:$PATH DJANGO_SETTINGS_MODULE=marketplace.settings.production PYTHONUNBUFFERED=1
RUN useradd --system site && mkdir -p var && chown site var
USER site
EXPOSE 8000
CMD ["sh", "-c", "python manage.py geo_build && python manage.py look_build && python manage.py migrate --noinput && python manage.py collectstatic --noinput && exec gunicorn marketplace.wsgi --preload --bind 0.0.0.0:8000 --workers ${WEB_WORKERS:-2}"]
