"""A place to publish to: a local folder, or a bucket of an S3 server on loopback."""

import uuid
from collections.abc import Iterator

import pytest


@pytest.fixture
def bucket(monkeypatch) -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    name = f"marts-{uuid.uuid4().hex}"  # moto keeps its buckets as long as the process lives
    s3fs.S3FileSystem().mkdir(name)
    yield f"s3://{name}/published"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture(params=["local", "s3"])
def root(request, tmp_path) -> str:
    return str(tmp_path / "p") if request.param == "local" else request.getfixturevalue("bucket")
