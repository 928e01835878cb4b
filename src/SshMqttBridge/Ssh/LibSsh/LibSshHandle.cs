using System.Runtime.InteropServices;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>A pointer from libssh. A child holds its parent, so a session is freed after all of its objects.</summary>
internal abstract class LibSshHandle : SafeHandle
{
    private static int _openHandles;
    private readonly SafeHandle? _parent;

    protected LibSshHandle(nint pointer, SafeHandle? parent = null)
        : base(0, ownsHandle: true)
    {
        if (pointer == 0)
        {
            throw new InvalidOperationException($"libssh could not create a {GetType().Name}");
        }

        if (parent is not null)
        {
            var added = false;
            parent.DangerousAddRef(ref added);
            _parent = parent;
        }

        SetHandle(pointer);
        Interlocked.Increment(ref _openHandles);
    }

    /// <summary>How many handles of the process are not freed yet. Tests assert that none is left.</summary>
    public static int OpenHandles => Volatile.Read(ref _openHandles);

    public override bool IsInvalid => handle == 0;

    protected sealed override bool ReleaseHandle()
    {
        Free(handle);
        _parent?.DangerousRelease();
        Interlocked.Decrement(ref _openHandles);
        return true;
    }

    protected abstract void Free(nint pointer);
}
