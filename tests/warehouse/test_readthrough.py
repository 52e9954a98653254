"""The whole warehouse is read before anything of it is published: damage on the disk is noticed."""

import pytest
from jixiao.model import JixiaoError
from jixiao.warehouse import load, open_warehouse
from jixiao.warehouse.readthrough import opened, read_through

from tests.reading import extract_once
from tests.warehouse.conftest import SAMPLE

BLOCK_BYTES = 262144


@pytest.mark.parametrize("bit", [1, 64])
def test_a_flipped_block_of_the_warehouse_is_noticed_before_publishing(tmp_path, bit):
    """One bit of every block of data; DuckDB's own words for it ("block") are no lock that another process holds."""
    warehouse = tmp_path / "w.duckdb"
    with open_warehouse(warehouse) as engine:
        load(engine, [extract_once(SAMPLE)])
    with opened(warehouse) as connection:
        assert read_through(connection) > 0
    whole = bytearray(warehouse.read_bytes())
    for at in range(3 * BLOCK_BYTES, len(whole), BLOCK_BYTES):
        whole[at + 100] ^= bit
    warehouse.write_bytes(bytes(whole))
    with pytest.raises(JixiaoError, match="damaged, nothing is published"), opened(warehouse) as connection:
        read_through(connection)
