"""The officer's rooms: inbox, task, case."""

from flask import Blueprint

desk = Blueprint("desk", __name__)
