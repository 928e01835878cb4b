namespace SshMqttBridge.Configuration;

/// <summary>The two commands of an action that turns something on and off.</summary>
/// <param name="OnCommandLine">Runs for <see cref="On"/>.</param>
/// <param name="OffCommandLine">Runs for <see cref="Off"/>.</param>
internal sealed record ActionSwitch(string OnCommandLine, string OffCommandLine)
{
    public const string On = "ON";
    public const string Off = "OFF";

    /// <summary>The parameter of such an action: which of the two commands runs.</summary>
    public static ActionParameter Parameter { get; } = new("state", ActionParameterType.Choice) { Choices = [On, Off] };

    /// <param name="value"><see cref="On"/> or <see cref="Off"/>.</param>
    public string CommandLineFor(string value) => value == On ? OnCommandLine : OffCommandLine;
}
