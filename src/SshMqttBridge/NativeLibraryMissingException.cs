namespace SshMqttBridge;

/// <summary>A C library of the system that the bridge needs is not installed.</summary>
internal sealed class NativeLibraryMissingException(string library, string package)
    : Exception($"{library} is missing: install it, on Debian with 'apt-get install {package}'");
