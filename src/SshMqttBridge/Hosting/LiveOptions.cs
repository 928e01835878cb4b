using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace SshMqttBridge.Hosting;

/// <summary>Options of a library that a reload of the configuration may change. Thread-safe.</summary>
internal sealed class LiveOptions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
    T value
) : IOptionsMonitor<T>, IOptions<T>
    where T : class
{
    private readonly Lock _gate = new();
    private readonly List<Action<T, string?>> _listeners = [];
    private volatile T _value = value;

    public T CurrentValue => _value;

    public T Value => _value;

    public T Get(string? name) => _value;

    /// <summary>Replaces the options, and tells those who listen.</summary>
    public void Set(T value)
    {
        _value = value;
        Action<T, string?>[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            listener(value, Options.DefaultName);
        }
    }

    public IDisposable? OnChange(Action<T, string?> listener)
    {
        lock (_gate)
        {
            _listeners.Add(listener);
        }

        return null; // The libraries listen as long as the program runs.
    }
}
