using System.Runtime.InteropServices;
using SshMqttBridge.Common;

namespace SshMqttBridge.Hosting;

/// <summary>
/// OpenSSL, which .NET uses for hashes, ciphers and TLS. It is loaded at run time, so that the system's updates apply. Without
/// it, .NET ends the process at the first use.
/// </summary>
internal static class OpenSsl
{
    // The names that .NET tries, newest first.
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1"];

    /// <summary>Checks that the library is installed.</summary>
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
