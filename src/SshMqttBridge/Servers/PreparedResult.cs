using SshMqttBridge.Commands;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>
/// A result with everything that publishing it needs. Building it is what takes memory, so it may fail before the result is
/// recorded, but not after a part of it was published.
/// </summary>
/// <param name="Result">The result.</param>
/// <param name="Json">Its JSON.</param>
/// <param name="Datapoints">The retained messages that come before the result, in order.</param>
internal sealed record PreparedResult(CommandResult Result, byte[] Json, IReadOnlyList<MqttPublication> Datapoints);
