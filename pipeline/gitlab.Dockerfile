# What the jobs of .gitlab-ci.yml run in: build it, push it to a registry of yours, and name it with its digest in STUDIO_IMAGE.
FROM hashicorp/terraform:1.11.4 AS terraform

FROM node:22-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/*
COPY --from=terraform /bin/terraform /usr/local/bin/terraform
