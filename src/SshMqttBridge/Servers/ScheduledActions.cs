using SshMqttBridge.Actions;

namespace SshMqttBridge.Servers;

/// <summary>Creates the scheduled actions of all servers.</summary>
internal static class ScheduledActions
{
    /// <summary>All actions that have a schedule.</summary>
    public static IEnumerable<ScheduledAction> Of(ServerSet servers, ActionCatalog catalog) =>
        servers.All.SelectMany(server =>
            catalog
                .Of(server.Options.Id)
                .Where(action => action.Options.Schedule is not null)
                .Select(action => new ScheduledAction(
                    server.Options.Id,
                    action,
                    () => server.IsUnderWay(action.Options.Name),
                    command =>
                    {
                        if (server.IsServed)
                        {
                            server.Submit(command);
                        }
                    }
                ))
        );
}
