"""Tile files: the heights of a tile of a field as the bytes of one zarr file, much faster than zarr writes them.

T layers of h x w heights. Where the frames of a field are independent, a file is a zarr chunk of one frame. Where they
are layers of one view, it is a zarr shard that holds a chunk for each layer, one after the other, and then an index:
where each chunk begins, its number of bytes, and a checksum. zarr spends half a millisecond on each chunk, which is
longer than it takes to compute one in few mazes. The bytes are those that zarr writes, and a mark.

The mark is a digest of the field, the quantity and the tile, so that a file in the place of another is noticed, which
no checksum of its bytes can do. In a chunk of one frame it is a skippable frame of Zstandard (RFC 8878, section 3.1.2)
after the heights, in a shard it lies before the first chunk; zarr's readers pass over both. Older fields have none.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import zarr

CHECK_BYTES = 4  # of a checksum (CRC-32C), at the end of each chunk and of the index
MARK_BYTES = 16
SKIPPABLE = (0x184D2A50).to_bytes(4, "little") + MARK_BYTES.to_bytes(4, "little")  # the head of a skippable frame
OWNER = "tiles_of"  # the attribute of an array whose files have marks: a digest of the field
ZSTD_LEVEL, BLOSC_LEVEL = 3, 1


def codecs(*, sharded: bool, itemsize: int) -> list[Any]:
    """The zarr codecs of a chunk in either kind of file. Layers change little, and need a fast compressor."""
    from zarr.codecs import BloscCodec, Crc32cCodec, ZstdCodec

    if sharded:
        return [BloscCodec(cname="lz4", clevel=BLOSC_LEVEL, shuffle="shuffle", typesize=itemsize), Crc32cCodec()]
    return [ZstdCodec(level=ZSTD_LEVEL), Crc32cCodec()]


def encode(array: "zarr.Array[Any]", heights: NDArray[Any], file: Path) -> bytes:
    """The bytes of a tile's file, of heights [T, h, w]; a tile that reaches beyond the array is filled with zeros."""
    whole = (len(heights), *array.chunks[1:])
    if heights.shape != whole:
        padded = np.zeros(whole, heights.dtype)
        padded[:, : heights.shape[1], : heights.shape[2]] = heights
        heights = padded
    compress, _ = _compressor(array)
    mark = _mark(array, file)
    chunks = [compress(np.ascontiguousarray(layer)) for layer in heights]
    if array.shards is None:
        return b"".join(_checked(chunk + (SKIPPABLE + mark if mark else b"")) for chunk in chunks)
    checked = [_checked(chunk) for chunk in chunks]
    sizes = np.array([len(chunk) for chunk in checked], "<u8")
    index = np.stack([len(mark) + np.cumsum(sizes) - sizes, sizes], -1)
    return b"".join([mark, *checked, _checked(index.tobytes())])


def is_intact(file: Path, array: "zarr.Array[Any]") -> bool:
    """True if a tile's file is there, and all its checksums and its mark are right."""
    try:
        data, mark = memoryview(file.read_bytes()), _mark(array, file)
        for place in _places(data, array, file):
            body = _verified(data[place], file)
        _check_mark(body if array.shards is None else bytes(data[: len(mark)]), mark, file)
    except (OSError, ValueError):
        return False
    return True


def read_layer(file: Path, array: "zarr.Array[Any]", layer: int) -> NDArray[Any]:
    """A layer [h, w] of a tile's file, including zeros beyond the array.

    Raises OSError where there is no file, and ValueError or RuntimeError where it is damaged.
    """
    mark = _mark(array, file)
    with open(file, "rb") as stream:
        if array.shards is None:
            chunk = stream.read()
            _check_mark(_verified(chunk, file), mark, file)
        else:
            _check_mark(stream.read(len(mark)), mark, file)
            index_bytes = 2 * 8 * array.shards[0] + CHECK_BYTES
            size = stream.seek(0, 2)
            stream.seek(max(0, size - index_bytes))
            at, length = _index(stream.read(), array, file)[layer]
            stream.seek(int(at))
            chunk = stream.read(int(length))
    _, decompress = _compressor(array)
    heights = np.frombuffer(decompress(_verified(chunk, file)), array.dtype)
    return heights.reshape(array.chunks[1:])


def _mark(array: "zarr.Array[Any]", file: Path) -> bytes:
    """The mark of a tile's file, FIELD/QUANTITY/c/FRAME/ROW/COLUMN; nothing for arrays of older versions."""
    owner = array.metadata.attributes.get(OWNER)
    if owner is None:
        return b""
    return hashlib.blake2b("/".join([str(owner), *file.parts[-5:]]).encode(), digest_size=MARK_BYTES).digest()


def _check_mark(data: bytes, mark: bytes, file: Path) -> None:
    """Raise ValueError if bytes do not end in the mark that the file must have."""
    if not data.endswith(mark):
        raise ValueError(f"a checksum in {file.name} of {file.parent} is that of another tile")


def _places(data: memoryview, array: "zarr.Array[Any]", file: Path) -> list[slice]:
    """Where the chunks of a file and, in a shard, its index lie."""
    if array.shards is None:
        return [slice(0, len(data))]
    index = _index(data[max(0, len(data) - 2 * 8 * array.shards[0] - CHECK_BYTES) :], array, file)
    return [slice(at, at + length) for at, length in index.tolist()]


def _index(data: Any, array: "zarr.Array[Any]", file: Path) -> NDArray[Any]:
    """The index of a shard, [T, 2]: where each layer's chunk begins, and its number of bytes."""
    return np.frombuffer(_verified(data, file), "<u8").reshape(array.shape[0], 2)


def _compressor(array: "zarr.Array[Any]") -> tuple[Callable[[Any], bytes], Callable[[Any], Any]]:
    """The functions that compress and decompress a chunk."""
    from numcodecs import Blosc, Zstd  # type: ignore[import-untyped]

    codec = Zstd(ZSTD_LEVEL) if array.shards is None else Blosc("lz4", BLOSC_LEVEL, Blosc.SHUFFLE)
    return codec.encode, codec.decode


def _checked(data: bytes) -> bytes:
    """Bytes with their checksum at the end."""
    from google_crc32c import value

    checksum: int = value(data)
    return data + checksum.to_bytes(CHECK_BYTES, "little")


def _verified(data: Any, file: Path) -> bytes:
    """Bytes without the checksum at their end. Raises ValueError where it is wrong."""
    from google_crc32c import value

    body = bytes(data[:-CHECK_BYTES])
    if not body or value(body) != int.from_bytes(data[-CHECK_BYTES:], "little"):  # the checksum of nothing is 0
        raise ValueError(f"a checksum in {file.name} of {file.parent} is wrong")
    return body
