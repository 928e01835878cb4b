using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

internal sealed partial class ServerConnection
{
    [LoggerMessage(2001, LogLevel.Information, "{Server}: connected to {Host}:{Port}, host key {Fingerprint}")]
    partial void LogOnline(string server, string host, int port, string fingerprint);

    [LoggerMessage(
        2006,
        LogLevel.Debug,
        "{Server}: {Library}, key exchange {KeyExchange}, host key {HostKey}, cipher {CipherOut} out, {CipherIn} in, MAC {MacOut} out, {MacIn} in"
    )]
    partial void LogAlgorithms(
        string server,
        SshLibrary library,
        string keyExchange,
        string? hostKey,
        string cipherOut,
        string cipherIn,
        string? macOut,
        string? macIn
    );

    private void LogAlgorithms(NegotiatedAlgorithms agreed) =>
        LogAlgorithms(
            _options.Id,
            _options.SshLibrary,
            agreed.KeyExchange,
            agreed.HostKey,
            agreed.CipherOut,
            agreed.CipherIn,
            agreed.MacOut ?? "of the cipher",
            agreed.MacIn ?? "of the cipher"
        );

    [LoggerMessage(2002, LogLevel.Warning, "{Server}: {Fault}: {Message}")]
    partial void LogFailed(string server, SshFault fault, string message);

    [LoggerMessage(2003, LogLevel.Debug, "{Server}: still {Fault}: {Message}")]
    partial void LogFailedAgain(string server, SshFault fault, string message);

    [LoggerMessage(2004, LogLevel.Warning, "{Server}: connection lost: {Message}")]
    partial void LogLost(string server, string message);

    [LoggerMessage(2005, LogLevel.Error, "{Server}: unexpected failure while connecting; please report it")]
    partial void LogUnexpected(string server, Exception exception);
}
