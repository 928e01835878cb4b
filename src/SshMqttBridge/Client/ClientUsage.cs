namespace SshMqttBridge.Client;

/// <summary>The help of the client.</summary>
internal static class ClientUsage
{
    public const string Text = """
        ssh-mqtt run [-n] [-t SECONDS] SERVER COMMAND...
        ssh-mqtt action SERVER ACTION [NAME=VALUE]...
        ssh-mqtt get [-p] SERVER SOURCE DESTINATION
        ssh-mqtt put [-p] SERVER SOURCE DESTINATION
        ssh-mqtt servers
        ssh-mqtt actions SERVER
        ssh-mqtt completion bash|zsh|fish

        -n             do not read standard input
        -t SECONDS     timeout of the command (default: 30)
        -w SECONDS     how long to wait for the result
        -p             show the progress even if standard error is not a terminal
        --no-live      show the output when the command has ended, not while it runs
        --config FILE  take the broker and the base topic from the configuration of the bridge

        """;
}
