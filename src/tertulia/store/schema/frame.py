"""What all tables have in common: the site that every key begins with, and how keys and indexes are named."""

from sqlalchemy import Column, ForeignKey, MetaData

from tertulia.store.types import BigInt

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def of_site() -> Column[int]:
    """The column every key begins with. A site takes everything of its own with it."""
    return Column(
        "site_id", BigInt, ForeignKey("site.id", ondelete="CASCADE"), primary_key=True, nullable=False
    )
