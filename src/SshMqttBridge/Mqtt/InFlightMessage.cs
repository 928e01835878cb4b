namespace SshMqttBridge.Mqtt;

/// <summary>A message that has been sent and not been acknowledged yet.</summary>
/// <param name="Message">The message.</param>
/// <param name="Acknowledged">Completes with the acknowledgement, or fails with the refusal or the loss of the
/// connection.</param>
internal readonly record struct InFlightMessage(OutboxMessage Message, Task Acknowledged);
