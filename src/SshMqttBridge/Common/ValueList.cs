using System.Collections;
using System.Runtime.CompilerServices;

namespace SshMqttBridge.Common;

/// <summary>
/// An immutable list that equals any other one with equal elements in the same order, so that records that contain lists can be
/// compared. Create it with a collection expression.
/// </summary>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
internal sealed class ValueList<T>(ReadOnlySpan<T> items) : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[] _items = items.ToArray();

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    public bool Equals(ValueList<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (var item in _items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Creates a <see cref="ValueList{T}"/>.</summary>
internal static class ValueList
{
    /// <summary>For collection expressions.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(items);
}
