# docker build -t license-bot . (web; give another command for the rest: license-bot worker, license-bot db upgrade)
# Every package is checked against the hashes of the lock files. Raise the base image together with requirements.txt.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/license-bot
ENV PATH=/opt/license-bot/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt requirements-dev.txt ./
RUN pip install --require-hashes --no-deps -r requirements.txt
# What builds our own wheel comes from the lock, too, and stays out of the image that runs.
RUN awk '/^setuptools==/ { found = 1 } found { print } found && !/\\$/ { exit }' requirements-dev.txt > build.txt \
    && python -m venv /opt/build && /opt/build/bin/pip install --require-hashes --no-deps -r build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cards cards
COPY migrations migrations
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && pip install --no-deps --no-index /wheels/*.whl

FROM python:3.13-slim
ENV PATH=/opt/license-bot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8080
RUN useradd --system --uid 10001 --home-dir /data --no-create-home license-bot \
    && install --directory --owner=license-bot --mode=0700 /data
COPY --from=build /opt/license-bot /opt/license-bot
# Where SQLite's file is, if it is SQLite: mount a volume there.
WORKDIR /data
USER license-bot
EXPOSE 8080
# A worker has no port: it is healthy for as long as it runs.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", \
    "import os, urllib.request as u; b'worker' in open('/proc/1/cmdline', 'rb').read() or \
    u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["license-bot", "web"]
