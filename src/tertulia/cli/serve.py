"""`tertulia serve` and `tertulia worker`: the processes that stay."""

import asyncio
import contextlib
import gc
import signal
import socket
from pathlib import Path

import click
import msgspec
import uvicorn
import uvloop

from tertulia import app, settings
from tertulia.telemetry import set_up
from tertulia.web import host_page

GRACE_SECONDS = 10


@click.command()
@click.option("--host", help="Address to listen on; the setting `host` by default.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; the setting `port` by default.")
@click.option("--shared-port", is_flag=True, help="Let several processes listen on the same port.")
@click.option(
    "--host-page",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Also serve the demo's story on another port, as a publication's page that embeds us.",
)
@click.option(
    "--host-page-file",
    # Not `exists=True`: the default is looked at too, and outside a checkout there is no demo.
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("demo/story.html"),
    show_default=True,
    help="That page.",
)
@click.option(
    "--host-page-site",
    default="gazette",
    show_default=True,
    metavar="KEY",
    help="The site it embeds.",
)
@click.pass_obj
def serve(
    settings_file: str | None,
    *,
    host: str | None,
    port: int | None,
    shared_port: bool,
    host_page: int | None,
    host_page_file: Path,
    host_page_site: str,
) -> None:
    """Serve readers, moderators and programs until stopped."""
    if host_page is not None and not host_page_file.is_file():
        raise click.BadParameter(f"{host_page_file} is not there", param_hint="--host-page-file")
    loaded = settings.load(settings_file)
    loaded = msgspec.structs.replace(
        loaded, host=host or loaded.host, port=loaded.port if port is None else port
    )
    set_up(log_format=loaded.log_format, level=loaded.log_level)
    with app.serving(loaded) as server:
        # What is here now stays: looking through it for garbage stops everybody for some fifty milliseconds.
        gc.collect()
        gc.freeze()
        sockets = [_listen(loaded.host, loaded.port, shared=shared_port)]
        pages = []
        if host_page is not None:
            pages.append((host_page_file, host_page_site, _listen(loaded.host, host_page, shared=False)))
        click.echo(f"readers and moderators: {loaded.base_url}/")
        for file, site, page_socket in pages:
            click.echo(f"a story that embeds them ({site}, {file}): {_address(page_socket)}")
        # Not asyncio.run: uvicorn chooses its loop only where it starts one itself.
        uvloop.run(_serve(server, sockets[0], pages))


@click.command()
@click.pass_obj
def worker(settings_file: str | None) -> None:
    """Do background work in a process of its own until stopped; web processes then set with_worker to false."""
    loaded = settings.load(settings_file)
    set_up(log_format=loaded.log_format, level=loaded.log_level)
    with app.working(loaded) as (bus, working):
        asyncio.run(_work(bus, working))


async def _serve(
    server: app.Server, main: socket.socket, pages: list[tuple[Path, str, socket.socket]]
) -> None:
    web = _Uvicorn(_configuration(server.application))
    web.on_stop = server.parts.hub.close
    others = [
        _Uvicorn(_configuration(host_page.create(file, site=site, base=server.parts.settings.base_url)))
        for file, site, _ in pages
    ]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: _stop([web, *others]))
    await server.bus.start()
    if server.worker is not None:
        server.worker.start()
    try:
        await asyncio.gather(
            web.serve(sockets=[main]),
            *(other.serve(sockets=[page[2]]) for other, page in zip(others, pages, strict=True)),
        )
    finally:
        if server.worker is not None:
            await asyncio.to_thread(server.worker.stop)
        await server.bus.close()


async def _work(bus: app.Bus, working: app.Worker) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await bus.start()
    working.start()
    await stopped.wait()
    await asyncio.to_thread(working.stop)
    await bus.close()


class _Uvicorn(uvicorn.Server):
    """A server whose streams end before its sockets do, and that leaves signals to the command."""

    on_stop = staticmethod(lambda: None)

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # the base class's own is untyped in use
        yield


def _stop(servers: list[_Uvicorn]) -> None:
    for server in servers:
        server.on_stop()
        server.should_exit = True


def _configuration(application: object) -> uvicorn.Config:
    return uvicorn.Config(
        application,  # type: ignore[arg-type]  # any ASGI application
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        date_header=True,
        # The client's address is worked out from trusted proxies by our own guard.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=2048,
        h11_max_incomplete_event_size=32 * 1024,
    )


def _listen(host: str, port: int, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # Connections inherit it: without it an answer's body waits 40 ms for the acknowledgement of its headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        reason = f"cannot listen on {host}:{port}: {error.strerror}"
        raise click.ClickException(reason) from None
    listening.set_inheritable(True)
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{host}:{port}/"
