# The page in a container, with everything nano needs: it asks no hub for anything.
#
#   docker build -t speech-to-image .                                 a CPU is enough
#   docker build -t speech-to-image:cuda --build-arg TORCH=cu128 .    run it with --gpus all
#   docker run --rm -p 127.0.0.1:7860:7860 speech-to-image
FROM python:3.11-slim-bookworm

ARG TORCH=cpu
ENV PYTHONUNBUFFERED=1 \
    GRADIO_ANALYTICS_ENABLED=False \
    GRADIO_SERVER_NAME=0.0.0.0 \
    MASKGIL_SPEECH_CACHE=/srv/whisper
WORKDIR /srv/app

COPY requirements.txt requirements-photo.txt ./
RUN pip install --no-cache-dir "torch>=2.9,<2.14" \
        --index-url "https://download.pytorch.org/whl/${TORCH}" \
    && pip install --no-cache-dir -r requirements.txt \
    && if [ "$TORCH" != cpu ]; then pip install --no-cache-dir -r requirements-photo.txt; fi

COPY app.py ./
COPY app app
COPY maskgil maskgil
COPY assets/nano assets/nano
COPY assets/glossary assets/glossary
COPY assets/examples assets/examples

# Whisper's two halves are joined now, so that a container needs nothing but /tmp to write to.
RUN python -c "from app.speech.weights import resolve_weights; resolve_weights('base')" \
    && useradd --uid 1000 --create-home page
USER 1000

EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 7860), 3)"]
ENTRYPOINT ["python", "app.py"]
