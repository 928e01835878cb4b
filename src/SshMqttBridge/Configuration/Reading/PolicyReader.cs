using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the limits of a server: <c>commands</c>, <c>transfers</c> and <c>rateLimit</c>.</summary>
internal static class PolicyReader
{
    /// <summary>Returns the limits as far as they are valid; the rest are faults.</summary>
    public static ServerPolicy Read(SectionReader section) =>
        new()
        {
            Commands = section.Read(ServerSettings.Commands),
            Transfers = section.Read(ServerSettings.Transfers),
            RateLimit = section.Read(ServerSettings.RateLimit),
        };
}
