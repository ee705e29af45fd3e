"""What tests/crash/disk.c does between Rivage and the disk, told from here: `rivage serve` as shipped, loaded behind it."""
import errno
import mmap
import os
import struct

WRITE, CUT, SYNC, CREATE, RENAME = (1 << n for n in (1, 2, 3, 4, 6))
ROOM = WRITE | CUT | CREATE | RENAME  # what a full disk refuses
DIRS, ORDERS, CALLS = 24, 24 + 16 * 8 + 8, 24 + 16 * 8 + 8 + 32
SIZE = 4096


class Disk:
    """Watches the data directory of a house that has not started yet."""

    def __init__(self, house, library):
        self.path = house.base / "disk"
        self.path.write_bytes(bytes(SIZE))
        with open(self.path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), SIZE)
        for i, folder in enumerate((house.data, house.data / "vault")):
            struct.pack_into("=Q", self.map, DIRS + 8 * i, os.stat(folder).st_ino)
        struct.pack_into("=Q", self.map, DIRS + 16 * 8, 2)
        house.environment = {"LD_PRELOAD": str(library), "RIVAGE_DISK": str(self.path)}

    def refuse(self, kinds, nth, code=errno.ENOSPC, on=True, half=False):
        """The nth call of these kinds from now, and those behind it; nth 0 only counts."""
        struct.pack_into("=QQ", self.map, CALLS, 0, 0)
        struct.pack_into("=IiQIIQ", self.map, ORDERS, kinds, code, nth, on, half, 0)

    def lift(self):
        self.refuse(0, 0)

    def calls(self):
        return struct.unpack_from("=Q", self.map, CALLS)[0]

    def refused(self):
        return struct.unpack_from("=Q", self.map, CALLS + 8)[0]
