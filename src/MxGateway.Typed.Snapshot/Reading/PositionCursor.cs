namespace MxGateway.Typed.Snapshot;

/// <summary>
/// Turns byte offsets of a UTF-8 file into lines and columns. Asked in rising order it goes over the file once.
/// Lines end where the compiler and editors end them: at CR, LF, both, NEL (U+0085), and at the line and paragraph separators (U+2028, U+2029),
/// which JSON allows inside a string.
/// </summary>
internal ref struct PositionCursor(ReadOnlySpan<byte> utf8)
{
    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private int _offset = 0;
    private int _line = 1;
    private int _column = 1;

    public SnapshotPosition At(int offset)
    {
        if (offset < _offset)
            (_offset, _line, _column) = (0, 1, 1);
        for (; _offset < offset && _offset < _utf8.Length; _offset++)
        {
            byte unit = _utf8[_offset];
            if (EndsLine(unit))
                (_line, _column) = (_line + 1, 1);
            else if (unit is < 0x80 or >= 0xC0) // a continuation byte is no column of its own
                _column += unit >= 0xF0 ? 2 : 1; // beyond the basic plane: a surrogate pair
        }

        return new SnapshotPosition(_line, _column);
    }

    // Whether the unit is the last of what ends a line.
    private readonly bool EndsLine(byte unit) => unit switch
    {
        (byte)'\n' => true,
        (byte)'\r' => Near(1) != (byte)'\n',
        0x85 => Near(-1) == 0xC2,
        0xA8 or 0xA9 => Near(-1) == 0x80 && Near(-2) == 0xE2,
        _ => false,
    };

    private readonly int Near(int distance) => _offset + distance is >= 0 and int offset && offset < _utf8.Length ? _utf8[offset] : -1;
}
