namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>A test that makes a user with a password, which only root may.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "needs root: it makes a temporary user with a password";
        }
    }
}
