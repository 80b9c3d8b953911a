"""nginx with the given page as a file: what the same bytes cost when no Python is asked."""

import json
import os
import pwd
import re
import shutil
import subprocess
from typing import ClassVar

from benchmarks.peers.contender import HOST
from benchmarks.peers.plain import HTML, Given

# nginx writes these itself, or they are of one connection.
OWN_HEADERS = {"connection", "content-length", "content-type", "date", "keep-alive", "server", "transfer-encoding"}
CONFIG = """\
daemon off;
{user}
worker_processes 1;
pid "{folder}/nginx.pid";
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=10 inactive=1h;
    client_body_temp_path "{folder}/tmp";
    proxy_temp_path "{folder}/tmp";
    fastcgi_temp_path "{folder}/tmp";
    uwsgi_temp_path "{folder}/tmp";
    scgi_temp_path "{folder}/tmp";
    gzip off;
    etag off;
    types {{ }}
    default_type "{content_type}";
    server {{
        listen {host}:{port} backlog=1024;
        location / {{
            root "{folder}";
            try_files /body =404;
            {headers}
        }}
    }}
}}
"""


class Nginx(Given):
    """nginx with one worker, started from the work folder as the user who runs this, on a port of its own."""

    name: ClassVar[str] = "nginx, a static file"
    folder_name: ClassVar[str] = "nginx"

    def missing(self) -> str | None:
        return None if _program() else "nginx is not installed; on Debian: apt-get install nginx-light"

    def version(self) -> str:
        program = _program()
        if program is None:
            return "nginx"
        told = subprocess.run([program, "-v"], check=True, capture_output=True, text=True).stderr
        found = re.search(r"nginx/(\S+)", told)
        return f"nginx {found[1]}" if found else "nginx"

    def _command(self, port: int) -> list[str]:
        headers = {name.lower(): value for name, value in json.loads(self.headers.read_text())}
        added = [f"add_header {name} {_quoted(value)};" for name, value in headers.items() if name not in OWN_HEADERS]
        config = self.folder / "nginx.conf"
        config.write_text(
            CONFIG.format(
                # A master that is root gives its worker to another user, who may not be allowed to read the folder.
                user=f"user {pwd.getpwuid(0).pw_name};" if os.getuid() == 0 else "",
                folder=self.folder,
                content_type=headers.get("content-type", HTML),
                host=HOST,
                port=port,
                headers="\n            ".join(added),
            )
        )
        return [_program() or "nginx", "-p", str(self.folder), "-e", "stderr", "-c", str(config)]


def _program() -> str | None:
    """Debian keeps it where only root's PATH looks."""
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


def _quoted(value: str) -> str:
    if "$" in value:
        raise ValueError(f"nginx would take the $ in this header for a variable: {value}")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
