# docker build -t crset . && docker run --env-file .env -p 8080:8080 -v crset-data:/data crset

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-dev libpq-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The libraries change seldom: a layer of their own.
COPY Package.* ./
RUN swift package resolve
# The manifest names the tests too.
COPY Tests Tests
COPY Sources Sources
RUN swift build -c release --static-swift-stdlib --product crset \
    && install -D "$(swift build -c release --show-bin-path)/crset" /out/crset

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-0 libpq5 ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /app --shell /usr/sbin/nologin crset \
    && install -d -o crset -g crset /app /data
COPY --from=build /out/crset /usr/local/bin/crset
WORKDIR /app
COPY config config
COPY Prompts Prompts
USER crset
ENV HOST=0.0.0.0 PORT=8080 DATABASE_URL=sqlite:/data/crset.sqlite
VOLUME /data
EXPOSE 8080
# The service stops in order on SIGTERM.
STOPSIGNAL SIGTERM
ENTRYPOINT ["crset"]
CMD ["serve"]
