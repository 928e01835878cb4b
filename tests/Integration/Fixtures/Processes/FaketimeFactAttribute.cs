namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>A test that makes the program's clock jump.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FaketimeFactAttribute : FactAttribute
{
    public FaketimeFactAttribute()
    {
        if (Faketime.Library is null)
        {
            Skip = "needs the Debian package faketime";
        }
    }
}
