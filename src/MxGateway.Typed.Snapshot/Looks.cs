namespace MxGateway.Typed.Snapshot;

/// <summary>
/// The looks at a cancellation token: one at the first row and at every 256th after it.
/// Each loop over rows says <see cref="Row"/>, so that an editor which has moved on never waits for more than these.
/// </summary>
/// <param name="cancellationToken">The token.</param>
/// <param name="onLook">Told the number of each look before it is taken; a test counts them and cancels at one.</param>
internal sealed class Looks(CancellationToken cancellationToken, Action<int>? onLook = null)
{
    public const int RowsBetween = 256;

    private int _rows;
    private int _looks;

    /// <summary>One row more.</summary>
    /// <exception cref="OperationCanceledException">The work was given up.</exception>
    public void Row()
    {
        if (_rows++ % RowsBetween != 0)
            return;
        onLook?.Invoke(++_looks);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
