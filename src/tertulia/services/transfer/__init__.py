"""Transfer: portable records into rows and back."""

from tertulia.services.transfer.exporting import export_records
from tertulia.services.transfer.importing import dry_run, import_records

__all__ = ["dry_run", "export_records", "import_records"]
