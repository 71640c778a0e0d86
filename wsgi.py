"""What a WSGI server loads; the scheduler is a process of its own."""

from app.bootstrap import create_app
from app.config import Config

app = create_app(Config.from_env())
