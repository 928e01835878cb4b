using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Registers for one type what the libraries register for all types at once (<c>ILogger&lt;&gt;</c>, <c>IOptions&lt;&gt;</c>):
/// a native program builds such a type when it is asked for, which took a third of the start (docs/adr/0022).
/// </summary>
internal static class ClosedServices
{
    /// <summary>Registers a singleton whose constructor takes a logger.</summary>
    public static void AddSingletonWithLogger<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IServiceCollection services
    )
        where T : class
    {
        services.AddLogger<T>();
        services.AddSingleton<T>();
    }

    /// <summary>Registers the logger of a class.</summary>
    public static void AddLogger<T>(this IServiceCollection services) =>
        services.AddSingleton<ILogger<T>>(provider => new Logger<T>(provider.GetRequiredService<ILoggerFactory>()));

    /// <summary>Registers options that may change.</summary>
    public static void AddLiveOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T
    >(this IServiceCollection services, LiveOptions<T> options)
        where T : class
    {
        services.AddSingleton<IOptions<T>>(options);
        services.AddSingleton<IOptionsMonitor<T>>(options);
    }

    /// <summary>Registers options that never change.</summary>
    public static void AddFixedOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T
    >(this IServiceCollection services, T value)
        where T : class => services.AddLiveOptions(new LiveOptions<T>(value));
}
