using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>What the last questions to a Galaxy found, so that all pages of an answer cost one search together, and not one each.</summary>
internal sealed class FoundObjects
{
    /// <summary>How many answers are kept. One that is not here any more is searched again.</summary>
    public const int Kept = 16;

    private readonly Lock _lock = new();
    private readonly List<(string Question, IReadOnlyList<RepositoryObject> Objects)> _answers = [];

    /// <summary>The objects that answer a question.</summary>
    /// <param name="question">What tells the question from all others.</param>
    /// <param name="find">Finds them.</param>
    public IReadOnlyList<RepositoryObject> Get(string question, Func<IReadOnlyList<RepositoryObject>> find)
    {
        lock (_lock)
        {
            int known = _answers.FindIndex(answer => answer.Question == question);
            if (known >= 0)
                return _answers[known].Objects;
        }

        // Not in the lock: who asks for something else does not wait.
        IReadOnlyList<RepositoryObject> objects = find();
        lock (_lock)
        {
            if (_answers.Count == Kept)
                _answers.RemoveAt(0);
            _answers.Add((question, objects));
        }

        return objects;
    }
}
