using System.Security.Cryptography;

namespace SshMqttBridge.Commands;

/// <summary>Generates ids for commands without one.</summary>
internal static class CommandId
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Returns 16 letters and digits (80 random bits), unique across restarts.</summary>
    public static string Make() => RandomNumberGenerator.GetString(Alphabet, 16);
}
