using System.Security.Cryptography;

namespace MxGateway.Typed.Snapshot;

/// <summary>
/// The content hash: what a Galaxy is, whatever the order of its pages and whatever names and placements a snapshot keeps. The reader does not compare it, since a merge
/// may have been resolved by hand; <c>SnapshotHash.Of(SnapshotExpander.Expand(snapshot))</c> says what the hash of such a file should be.
/// </summary>
public static class SnapshotHash
{
    /// <summary>
    /// SHA-256, in lower-case hex, over the objects sorted by tagname and their attributes sorted by name (ordinal): every field in the order in which the repository's messages
    /// declare them; a number as four bytes, a truth value as one, a string or list as its length in four bytes and then its UTF-16 units or elements, all little-endian.
    /// </summary>
    /// <param name="objects">The objects, in any order.</param>
    public static string Of(IEnumerable<RepositoryObject> objects)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new Buffer(hash);
        foreach (RepositoryObject @object in objects.OrderBy(o => o.TagName, StringComparer.Ordinal).ThenBy(o => o.GobjectId))
        {
            buffer.Add(@object.GobjectId);
            buffer.Add(@object.TagName);
            buffer.Add(@object.ContainedName);
            buffer.Add(@object.BrowseName);
            buffer.Add(@object.ParentGobjectId);
            buffer.Add(@object.IsArea);
            buffer.Add(@object.CategoryId);
            buffer.Add(@object.HostedByGobjectId);
            buffer.Add(@object.TemplateChain.Count);
            foreach (string template in @object.TemplateChain)
                buffer.Add(template);
            buffer.Add(@object.Attributes.Count);
            foreach (RepositoryAttribute attribute in @object.Attributes.OrderBy(a => a.AttributeName, StringComparer.Ordinal))
                Add(buffer, attribute);
        }

        buffer.Flush();
        return string.Concat(hash.GetHashAndReset().Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static void Add(Buffer buffer, RepositoryAttribute attribute)
    {
        buffer.Add(attribute.AttributeName);
        buffer.Add(attribute.FullTagReference);
        buffer.Add(attribute.MxDataType);
        buffer.Add(attribute.DataTypeName);
        buffer.Add(attribute.IsArray);
        buffer.Add(attribute.ArrayDimension);
        buffer.Add(attribute.ArrayDimensionPresent);
        buffer.Add(attribute.MxAttributeCategory);
        buffer.Add(attribute.SecurityClassification);
        buffer.Add(attribute.IsHistorized);
        buffer.Add(attribute.IsAlarm);
    }

    private sealed class Buffer(IncrementalHash hash)
    {
        private readonly byte[] _bytes = new byte[4096];
        private int _count;

        public void Add(bool value) => AddByte(value ? (byte)1 : (byte)0);

        public void Add(int value)
        {
            for (int shift = 0; shift < 32; shift += 8)
                AddByte((byte)(value >> shift));
        }

        public void Add(string text)
        {
            Add(text.Length);
            foreach (char unit in text)
            {
                AddByte((byte)unit);
                AddByte((byte)(unit >> 8));
            }
        }

        public void Flush()
        {
            hash.AppendData(_bytes, 0, _count);
            _count = 0;
        }

        private void AddByte(byte value)
        {
            if (_count == _bytes.Length)
                Flush();
            _bytes[_count++] = value;
        }
    }
}
