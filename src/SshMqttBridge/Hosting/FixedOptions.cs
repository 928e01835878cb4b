using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace SshMqttBridge.Hosting;

/// <summary>Options of a library that are known at the start and never change.</summary>
internal sealed class FixedOptions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
    T value
) : IOptionsMonitor<T>, IOptions<T>
    where T : class
{
    public T CurrentValue => value;

    public T Value => value;

    public T Get(string? name) => value;

    public IDisposable? OnChange(Action<T, string?> listener) => null;
}
