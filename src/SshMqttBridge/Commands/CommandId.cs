using System.Security.Cryptography;

namespace SshMqttBridge.Commands;

/// <summary>Ids that the bridge makes for commands that came without one.</summary>
internal static class CommandId
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Makes 16 letters and digits with 80 random bits: never the same twice, also across restarts.</summary>
    public static string Make() => RandomNumberGenerator.GetString(Alphabet, 16);
}
