"""CSV files as people have them -> tables, and windows of tables -> sequences."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnnviz.core import InputError
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.tables import ENCODINGS, Table, csv, preview, window

KOREAN = "날짜,기온,날씨\n2012. 1. 1.,3.5,비\n2012. 1. 2.,-4,눈\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"
BINARY = "The file is no text; in a spreadsheet, save it as CSV (UTF-8), then choose that file."
EMPTY = "The file is empty; choose one with rows of numbers."
NO_NUMBERS = (
    "No column of the file has numbers; row 1 begins with a. Cells are separated by commas, semicolons, tabs or bars."
)
QUOTE = "put quotation marks around a cell that holds a separator, or remove what is too much."
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def told(table: Table) -> list[str]:
    """The sentences of its notes."""
    return [note.told() for note in table.notes]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (KOREAN.encode(), "UTF-8"),
        (KOREAN.encode("utf-8-sig"), "UTF-8"),
        (KOREAN.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + KOREAN.encode("utf-16-be"), "UTF-16"),
        (KOREAN.encode("cp949"), "CP949"),
        (KOREAN.replace("\n", "\r\n").encode("cp949"), "CP949"),
        (unicodedata.normalize("NFD", KOREAN).encode(), "UTF-8"),
        (KOREAN.encode("cp949") + b"\x1a", "CP949"),
    ],
)
def test_the_same_table_in_every_encoding(data: bytes, encoding: str) -> None:
    """A Korean table is the same from every encoding, and the encoding is told."""
    table = csv(data)
    assert table.columns == ("기온",)
    assert table.labels == ("2012-01-01", "2012-01-02")
    assert table.values.tolist() == [[3.5], [-4]]
    assert told(table) == [
        f"The text is in {encoding}.",
        "Cells are separated by commas.",
        "Row 1 has the names of the columns.",
        "The dates are in 날짜.",
        "Left out, because they are not numbers: 날씨.",
        "Rows: 2. Columns of numbers: 1.",
    ]


def test_an_encoding_by_choice() -> None:
    """What no guess finds is read in the encoding that is chosen, even without a mark; another choice is refused."""
    western = "Zürich,Wärme\n1,2\n".encode("cp1252")
    assert csv(western, encoding="Windows-1252").columns == ("Zürich", "Wärme")
    assert csv("a,b\n1,2\n".encode("utf-16-le"), encoding="UTF-16").columns == ("a", "b")
    with pytest.raises(InputError, match="Row 1 of the file is no text in UTF-8, CP949; choose its encoding"):
        csv(western)
    with pytest.raises(InputError, match="Row 2 of the file is no text in UTF-8;"):
        csv("a,b\n1,é".encode("cp1252"), encoding="UTF-8")
    with pytest.raises(InputError, match="no encoding called klingon; choose one of UTF-8, UTF-16, CP949"):
        csv(b"a,b\n1,2\n", encoding="klingon")


@pytest.mark.parametrize(
    ("text", "columns", "values", "note"),
    [
        ("a,b\n1,2\n3,4\n", "a b", [[1, 2], [3, 4]], "Cells are separated by commas."),
        ("a;b\n1;2\n", "a b", [[1, 2]], "Cells are separated by semicolons."),
        ("a\tb\n1\t2\n", "a b", [[1, 2]], "Cells are separated by tabs."),
        ("a|b\n1|2\n", "a b", [[1, 2]], "Cells are separated by bars."),
        ("sep=;\na;b\n1;2\n", "a b", [[1, 2]], "Row 2 has the names of the columns."),
        ("\n\n a , b \n 1 , 2 \n", "a b", [[1, 2]], "Row 3 has the names of the columns."),
        ("a\r\n1\r\n2", "a", [[1], [2]], "Row 1 has the names of the columns."),
        ("a\r1\r2", "a", [[1], [2]], "Row 1 has the names of the columns."),
        ("1,2\n3,4", "A B", [[1, 2], [3, 4]], "The columns have no names; they are called by their letters."),
        (",a,b\n0,1,2\n1,3,4\n", "A a b", [[0, 1, 2], [1, 3, 4]], "Row 1 has the names of the columns."),
        ("a,b,\n1,2,\n", "a b", [[1, 2]], "Row 1 has the names of the columns."),
        ("a,b\n1,2,\n3,4,,\n", "a b", [[1, 2], [3, 4]], "Row 1 has the names of the columns."),
        ("a,a,a (2),a\n1,2,3,4", "a|a (2)|a (2) (2)|a (3)", [[1, 2, 3, 4]], "Rows: 1. Columns of numbers: 4."),
        ("date,2012,2013\n2012-01,1,2\n", "2012 2013", [[1, 2]], "The dates are in date."),
        (
            '"temp, max";"a ""b""";"c\nd"\n1;2;3\n',
            'temp, max|a "b"|c d',
            [[1, 2, 3]],
            "Rows: 1. Columns of numbers: 3.",
        ),
        ("name,v\nx,1\ny,2\n", "v", [[1], [2]], "Left out, because they are not numbers: name."),
        ("v,empty\n1,\n2,\n", "v", [[1], [2]], "Left out, because they are not numbers: empty."),
        ("１２,−3\n5,6e-1\n", "A B", [[12, -3], [5, 0.6]], "Rows: 2. Columns of numbers: 2."),
        ("a;b\n1,5;2,25\n", "a b", [[1.5, 2.25]], "A comma stands before decimals."),
        ("a;b\n1.234,5;2\n", "a b", [[1234.5, 2]], "A comma stands before decimals."),
        ("a\tb\n1,5\t1.234\n", "a b", [[1.5, 1234]], "A comma stands before decimals."),
        ('a,b\n"1,5",2\n', "a b", [[1.5, 2]], "A comma stands before decimals."),
        ("a;b\n1.5;2.25\n", "a b", [[1.5, 2.25]], "Cells are separated by semicolons."),
        ("a;b\n1,234;2\n", "a b", [[1.234, 2]], "1,234 was read as 1.234."),
        ('a,b\n"1,234",2\n', "a b", [[1234, 2]], "1,234 was read as 1234."),
        ('a,b\n"1,234",2.5\n', "a b", [[1234, 2.5]], "Rows: 1. Columns of numbers: 2."),
        ('a,b\n"1,234,567",2\n', "a b", [[1234567, 2]], "Rows: 1. Columns of numbers: 2."),
        ("a;b\n1 234,5;2\n", "a b", [[1234.5, 2]], "A comma stands before decimals."),
        ("\ufeff\ufeffa,b\n1,2\n", "a b", [[1, 2]], "Row 1 has the names of the columns."),
        ("\x0ca,b\n1,2\n", "a b", [[1, 2]], "Rows: 1. Columns of numbers: 2."),
        ("a\u202eb,\u200bc\n1,2\n", "ab c", [[1, 2]], "Rows: 1. Columns of numbers: 2."),
        ("x" * 50 + "\n1\n", "x" * 39 + "…", [[1]], "Rows: 1. Columns of numbers: 1."),
        ("<b>,=1+1\n1,2\n", "<b> =1+1", [[1, 2]], "Row 1 has the names of the columns."),
    ],
    ids=ascii,
)
def test_tables_as_people_have_them(text: str, columns: str, values: list[list[float]], note: str) -> None:
    """Separators, names, decimals and thousands are found out, and the notes tell what was found."""
    table = csv(text.encode())
    assert table.columns == tuple(columns.split("|" if "|" in columns else " "))
    assert table.values.tolist() == values
    assert note in told(table)


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["2012-01-01", "2012-1-2"], ["2012-01-01", "2012-01-02"]),
        (["2012/01/01", "2012/12/31"], ["2012-01-01", "2012-12-31"]),
        (["2012. 1. 1.", "2012.10.2"], ["2012-01-01", "2012-10-02"]),
        (["2012년 1월 1일", "2012년 12월 31일"], ["2012-01-01", "2012-12-31"]),
        (["2012-01", "2012/2", "2012년 3월"], ["2012-01", "2012-02", "2012-03"]),
        (["2012-01-01 03:00", "2012-01-01T04:00:00Z"], ["2012-01-01 03:00", "2012-01-01 04:00:00Z"]),
        (["01.02.2012", "13.02.2012"], ["01.02.2012", "13.02.2012"]),
        (["1/2/12", "1/2/2012 03:00"], ["1/2/12", "1/2/2012 03:00"]),
        (["03:00", "4:00"], ["03:00", "4:00"]),
        (["2012-01-01", ""], ["2012-01-01", "2"]),
        (["2012-02-30", "2012-01-01"], ["1", "2"]),
        (["2012-01-01", "later"], ["1", "2"]),
        (["2012-13", "2012-01"], ["1", "2"]),
        (["a", "b"], ["1", "2"]),
        (["", ""], ["1", "2"]),
    ],
)
def test_dates_are_labels(cells: list[str], labels: list[str]) -> None:
    """Dates are written 2012-01-01 where it is sure which number is what, and stay as they are where it is not."""
    assert list(csv(("when,x\n" + "".join(f"{cell},1\n" for cell in cells)).encode()).labels) == labels
    assert list(csv("".join(f"1,{cell}\n" for cell in cells).encode()).labels) == labels


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", EMPTY),
        (b"\xef\xbb\xbf", EMPTY),
        (b" \r\n\t\n", EMPTY),
        (b",,\n,,\n", EMPTY),
        (b"1,2\n" * 750_000, "The file has 2.9 MB; at most 2 MB are read. Please remove rows or columns."),
        (b"1" * (LIMITS.file + 1), "The file has 2.1 MB; at most 2 MB are read. Please remove rows or columns."),
        (b"1\n" * 10_002, "The file has more than 10000 rows; please remove some."),
        (PNG, BINARY),
        (b"PK\x03\x04", BINARY),
        (b"a\0,b\n1,2", BINARY),
        (b"\xff\xfea\0\0\0", BINARY),
        (b"a,b\n", "The file has names in row 1 and no rows of numbers below; choose one that has."),
        (b"\na,b\n\n", "The file has names in row 2 and no rows of numbers below; choose one that has."),
        (
            b"a,b\nc,d\n",
            NO_NUMBERS,
        ),
        (
            b"a,b\n1,2\n3,4,5\n",
            "Row 3 of the file has more cells than row 1: 3, not 2; " + QUOTE,
        ),
        (
            b"\nx\n1,5\n",
            "Row 3 of the file has more cells than row 2: 2, not 1; " + QUOTE,
        ),
        (b"," * 70 + b"\n", "Row 1 has 71 cells; at most 64 columns are read. Please remove columns."),
        (b"\na,b\n1" + b",2" * 99, "Row 3 has 100 cells; at most 64 columns are read. Please remove columns."),
        (
            b'\n"a",b\n1,2\n3,"4\n5,6',
            "The quotation mark that opens in row 4 is never closed; please close or remove it.",
        ),
    ],
    ids=lambda value: ascii(value[:20]),
)
def test_what_is_no_table(data: bytes, sentence: str) -> None:
    """What cannot be read is told in one sentence: what it is, in which row, the limit, and how to mend it."""
    with pytest.raises(InputError) as error:
        csv(data)
    assert error.value.sentence == sentence


def test_random_bytes_are_refused() -> None:
    """A file of random bytes is never taken for a table."""
    for seed in range(20):
        with pytest.raises(InputError):
            csv(np.random.default_rng(seed).bytes(5000))


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("", "has no number in column b"),
        ("NA", "has no number in column b"),
        ("nan", "has no number in column b"),
        ("-", "has no number in column b"),
        ("=1+1", "has =1+1 in column b, which is no number"),
        ("1e999", "has 1e999 in column b, which is no number"),
        ("inf", "has inf in column b, which is no number"),
        ("12°", "has 12° in column b, which is no number"),
        ("x" * 30, f"has {'x' * 19}… in column b, which is no number"),
    ],
)
def test_a_cell_without_a_number_never_becomes_one(cell: str, why: str) -> None:
    """It is counted and shown as it stands; a window over it is refused with row and column, one beside it is taken."""
    table = csv(f"a,b\n\n1,2\n3,4\n5,{cell}\n7,{cell}\n8,9\n10,11\n".encode())
    assert "b: cells without a number: 2, the first in row 5." in told(table)
    assert np.isnan(table.values[2, 1])
    assert table.gaps == {(2, 1): cell, (3, 1): cell}
    assert preview(table).rows[2] == ("3", "5", cell)
    with pytest.raises(InputError) as error:
        window(table, ["a", "b"], 2, 3, scale=True)
    assert error.value.sentence.startswith(f"Row 5 of the file {why} (cells without a number in this choice: 2);")
    assert window(table, ["a"], 1, 4, scale=False).x[:, 0].tolist() == [1, 3, 5, 7]
    assert window(table, ["b"], 5, 2, scale=True).scaling == window(table, ["b"], 1, 2, scale=True).scaling


def test_a_short_row_has_a_cell_without_a_number() -> None:
    """A row with fewer cells than the first is not moved or filled up: what it lacks has no number."""
    table = csv(b"a,b\n1,2\n3\n4,5\n")
    assert table.gaps == {(1, 1): ""}


def test_what_the_caller_decides() -> None:
    """Decimals and names that cannot be sure are decided by the caller: 1,234 as well as a first row of years."""
    assert csv(b"a\tb\n1,234\t2\n", decimal=",").values.tolist() == [[1.234, 2]]
    assert csv(b"a;b\n1,234;2\n", decimal=".").values.tolist() == [[1234, 2]]
    assert csv(b"x\n1,5\n2,5\n", decimal=",").values.tolist() == [[1.5], [2.5]]
    assert csv(b"2010,2011\n1,2\n").columns == ("A", "B")
    assert csv(b"2010,2011\n1,2\n", header=True).columns == ("2010", "2011")
    assert csv(b"a,b\n1,2\n3,4\n", header=False).gaps == {(0, 0): "a", (0, 1): "b"}


@pytest.mark.parametrize(("more", "asked"), [(0, False), (1, True)])
def test_as_many_columns_as_are_read(more: int, asked: bool) -> None:
    """Exactly as many columns as a network may read need no choice; with one more the notes ask for it."""
    columns = LIMITS.inputs + more
    table = csv(("\n".join([",".join("1" * columns)] * 3)).encode())
    assert any(note.key == "table.many" for note in table.notes) is asked


def test_many_columns_are_left_to_the_reader() -> None:
    """More columns than a network may read are all kept, and the notes ask to choose."""
    table = csv((",".join(f"c{i}" for i in range(20)) + "\n" + ",".join(["1"] * 20)).encode())
    assert len(table.columns) == 20
    assert "There are 20 columns of numbers; choose at most 16." in told(table)
    with pytest.raises(InputError, match="Choose 1 to 16 columns, not 20"):
        window(table, table.columns, 1, 1, scale=False)


def test_letters_beyond_z() -> None:
    """The columns of a wide table without names are called as in a spreadsheet."""
    names = csv(",".join(["1"] * 64).encode()).columns
    assert names[25:28] == ("Z", "AA", "AB")
    assert names[-1] == "BL"


@given(
    st.one_of(
        st.binary(max_size=80),
        st.text(max_size=60).map(str.encode),
        st.text("ab\"',;\t|\n\r 015.-eE+=:/년월일", max_size=60).map(str.encode),
        st.text("가나다,\n1 ", max_size=40).map(lambda text: text.encode("cp949")),
        st.binary(max_size=40).map(lambda data: b"\xff\xfe" + data),
    ),
    st.sampled_from([None, *ENCODINGS]),
)
@example(b'"', None)
@example(b'""\n"a"b",1\n', None)
@example(b"sep=;\n", None)
@example(b"sep=\t\n1\t2", None)
@example(b"1\n\x85\n\xe2\x80\xa8", "Windows-1252")
@example(b"1e999", None)
@example(b"\xff\xfe\xff\xfe", None)
def test_any_bytes_are_a_table_or_one_error(data: bytes, encoding: str | None) -> None:
    """Any bytes in any encoding give a table whose parts fit together, or the one kind of error, and no warning."""
    try:
        table = csv(data, encoding=encoding)
    except InputError:
        return
    assert table.values.shape == (len(table.labels), len(table.columns)) == (len(table.lines), len(table.columns))
    assert len(set(table.columns)) == len(table.columns) <= LIMITS.columns
    assert all(table.columns)
    assert all(table.labels)
    holes = {(i, j) for i, j in np.argwhere(~np.isfinite(table.values)).tolist()}
    assert set(table.gaps) == holes
    assert all(told(table))
    assert len(preview(table).rows) == min(5, len(table.labels))
    try:
        sequence = window(table, table.columns[: LIMITS.inputs], 1, min(len(table.labels), LIMITS.steps), scale=True)
    except InputError:
        assert holes
        return
    assert (np.abs(sequence.x) <= 1).all()


@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(FINITE, min_size=width, max_size=width), min_size=1)),
    st.sampled_from([("utf-8", None), ("utf-8-sig", None), ("utf-16", None), ("cp949", None), ("cp949", "CP949")]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([".", ","]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_a_table_survives_a_file(
    rows: list[list[float]],
    encoding: tuple[str, str | None],
    separator: str,
    decimal: str,
    newline: str,
    dated: bool,
) -> None:
    """A table written to CSV comes back exactly, in each encoding, with each separator and each decimal sign."""
    names = [f"열 {i}" for i in range(len(rows[0]))]
    frame = pd.DataFrame(rows, columns=pd.Index(names))
    labels = [str(i) for i in range(1, len(rows) + 1)]
    if dated:
        labels = [f"2012-01-{i % 28 + 1:02}" for i in range(len(rows))]
        frame.insert(0, "날짜", labels)
    text = frame.to_csv(sep=separator, decimal=decimal, index=False, lineterminator=newline)
    codec, chosen = encoding
    table = csv(text.encode(codec), encoding=chosen, decimal="," if decimal == "," else ".")
    assert table.columns == tuple(names)
    assert table.labels == tuple(labels)
    assert table.values.tolist() == rows
    lone_comma = decimal == "," and frame.shape[1] == 1
    if not lone_comma and any(repr(x) != repr(round(x, 3)) and "e" not in repr(x) for row in rows for x in row):
        # One number with more than three decimals makes it sure which sign stands before them.
        assert csv(text.encode(codec), encoding=chosen).values.tolist() == rows
