namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>A public or private key, or a certificate.</summary>
internal sealed class KeyHandle(nint pointer) : LibSshHandle(pointer)
{
    protected override void Free(nint pointer) => NativeMethods.KeyFree(pointer);
}
