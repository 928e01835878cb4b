using System.Runtime.InteropServices;
using SshMqttBridge.Common;

namespace SshMqttBridge.Hosting;

/// <summary>
/// OpenSSL, which .NET computes hashes, ciphers and TLS with. It is not linked in, so that the system's updates count; .NET
/// ends the process at the first use without it.
/// </summary>
internal static class OpenSsl
{
    // What .NET looks for, the newest first.
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1"];

    /// <summary>Sees to it that the library is there.</summary>
    /// <exception cref="NativeLibraryMissingException">It is not installed.</exception>
    public static void EnsureLibrary()
    {
        if (
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE"))
            && !Names.Any(name => NativeLibrary.TryLoad(name, out _))
        )
        {
            throw new NativeLibraryMissingException(Names[0], "libssl3");
        }
    }
}
