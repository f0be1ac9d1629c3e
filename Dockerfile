# Two stages, so that build tools stay out of the image that runs.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/dragonwatch
COPY requirements.lock ./
RUN /opt/dragonwatch/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY crawler crawler
COPY spiders spiders
COPY storage storage
COPY scheduler scheduler
COPY desk desk
RUN /opt/dragonwatch/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /data --uid 10001 dragonwatch
COPY --from=build /opt/dragonwatch /opt/dragonwatch
ENV PATH=/opt/dragonwatch/bin:$PATH PYTHONUNBUFFERED=1
USER dragonwatch
WORKDIR /data
VOLUME /data
EXPOSE 8420
# /health answers 503 once the last tick is too old.
HEALTHCHECK --interval=60s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8420/health', timeout=4)"]
ENTRYPOINT ["dragonwatch"]
CMD ["daemon"]
