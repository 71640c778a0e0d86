"""The only room that knows SQLAlchemy: tables, unit of work, one module per noun."""

from app.store.store import Store as Store
from app.store.unit_of_work import ForgottenCommit as ForgottenCommit
from app.store.unit_of_work import UnitOfWork as UnitOfWork
