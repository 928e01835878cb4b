namespace SshMqttBridge.WebConsole;

/// <summary>One connection of a client. <see cref="ConnectionLimiter"/> closes it when there are too many.</summary>
/// <param name="address">The client's address.</param>
/// <param name="abort">Closes the connection.</param>
internal sealed class ClientConnection(string address, Action abort)
{
    private int _requests;
    private volatile bool _isSignedIn;

    public string Address => address;

    /// <summary>Whether a request on it had a valid session. It then has the full protection of one.</summary>
    public bool IsSignedIn => _isSignedIn;

    /// <summary>Whether a request is being processed: its headers have arrived.</summary>
    public bool IsBusy => Volatile.Read(ref _requests) > 0;

    public void BeginRequest() => Interlocked.Increment(ref _requests);

    public void EndRequest() => Interlocked.Decrement(ref _requests);

    public void SignIn() => _isSignedIn = true;

    public void Abort() => abort();
}
