namespace SshMqttBridge.Common;

/// <summary>
/// A library of the operating system that the bridge needs is not installed; the message explains how to install it.
/// </summary>
internal sealed class NativeLibraryMissingException(string library, string package, string? why = null)
    : Exception($"{library} is missing: install it, on Debian with 'apt-get install {package}'{(why is null ? "" : $". {why}")}");
