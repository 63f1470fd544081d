namespace MxGateway.Typed.Snapshot;

/// <summary>Turns byte offsets of a UTF-8 file into lines and columns. Asked in rising order it goes over the file once.</summary>
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
            if (unit == (byte)'\n' || (unit == (byte)'\r' && (_offset + 1 == _utf8.Length || _utf8[_offset + 1] != (byte)'\n')))
                (_line, _column) = (_line + 1, 1);
            else if (unit is < 0x80 or >= 0xC0) // a continuation byte is no column of its own
                _column += unit >= 0xF0 ? 2 : 1; // beyond the basic plane: a surrogate pair
        }

        return new SnapshotPosition(_line, _column);
    }
}
