namespace SshMqttBridge.Transfers;

/// <summary>The forms of a transfer's command line.</summary>
internal enum ScpForm
{
    /// <summary><c>exec sh -c …</c>: the script takes the place of the account's own shell and receives the signals.</summary>
    Exec,

    /// <summary><c>sh -c …</c>: for restricted shells, which do not allow <c>exec</c>.</summary>
    Shell,

    /// <summary><c>scp -t name</c> or <c>scp -f name</c>: for servers without a POSIX shell.</summary>
    Plain,
}
